/** The panel that shows uploads. */

/** Begins to take dropped files, and goes on with what an earlier visit left. */
export function startUploads() {
  // The queue is to come.
}
