/** One PUT of one file, watched: XMLHttpRequest tells how much has gone. */

/** Milliseconds without any progress after which an upload counts as stuck. */
export const STALL = 30_000;

/** An upload that ended without success. `status` 0: no answer came; `code` is S3's. */
export class Failed extends Error {
  /** @param {number} status @param {string} code @param {string} message */
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Sends a file with exactly the headers of its ticket.
 * @param {{upload_url: string, upload_method: string, upload_headers: Record<string, string>}} ticket
 * @param {File} file @param {(sent: number) => void} progress @param {AbortSignal} signal
 * @returns {Promise<void>}
 * @throws {Failed}
 */
export function put(ticket, file, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer = 0;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        request.abort();
        end(new Failed(0, "Stalled", "The connection is stuck"));
      }, STALL);
    };
    const stop = () => {
      request.abort();
      end(signal.reason);
    };
    /** @param {unknown} [error] */
    function end(error) {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      if (error) reject(error);
      else resolve();
    }
    request.upload.addEventListener("progress", ({ loaded }) => {
      alive();
      progress(loaded);
    });
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) return end();
      const code = /<Code>(\w+)<\/Code>/.exec(request.responseText)?.[1] ?? "";
      const message = /<Message>([^<]+)<\/Message>/.exec(request.responseText)?.[1] ?? `The server answers ${request.status}`;
      end(new Failed(request.status, code, message));
    });
    request.addEventListener("error", () => end(new Failed(0, "", "Connection lost")));
    request.open(ticket.upload_method, ticket.upload_url);
    for (const [name, value] of Object.entries(ticket.upload_headers)) request.setRequestHeader(name, value);
    signal.addEventListener("abort", stop);
    alive();
    request.send(file);
  });
}
