/** How fast uploads go, smoothed so that nobody's eye is drawn to it. */

export class Speed {
  constructor() {
    this.bytesPerSecond = 0;
    this.last = { bytes: 0, time: 0 };
  }

  /** Takes note of how much has gone. @param {number} bytes @param {boolean} isRunning */
  note(bytes, isRunning) {
    const now = performance.now();
    const passed = (now - this.last.time) / 1000;
    if (!isRunning || bytes < this.last.bytes || passed > 5) {
      if (!isRunning) this.bytesPerSecond = 0;
      this.last = { bytes, time: now };
      return;
    }
    if (passed < 1) return;
    const fresh = (bytes - this.last.bytes) / passed;
    this.bytesPerSecond = this.bytesPerSecond ? this.bytesPerSecond * 0.7 + fresh * 0.3 : fresh;
    this.last = { bytes, time: now };
  }
}
