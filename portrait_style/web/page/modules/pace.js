// How large a live picture can be drawn: as large as the device keeps up with.

const SIZES = [128, 160, 192, 224, 256, 320, 384, 448, 512];
// Pictures a second below which they get smaller, and above which they get larger.
const SLOW = 8;
const FAST = 16;
const SEEN = 6;

export class Pace {
  /** @param largest pixels that can be drawn at most; `null` for any */
  constructor(largest = null) {
    this.sizes = SIZES.filter((size) => largest === null || size <= largest);
    this.index = Math.min(2, this.sizes.length - 1);
    this.times = [];
  }

  get size() {
    return this.sizes[this.index];
  }

  /** Pictures a second, of the last few; 0 before the first. */
  get rate() {
    if (this.times.length === 0) return 0;
    const sorted = [...this.times].sort((a, b) => a - b);
    return 1 / sorted[sorted.length >> 1];
  }

  /** Take in how long a picture took, all included. */
  add(seconds) {
    this.times.push(seconds);
    if (this.times.length < SEEN) return;
    const step = this.rate < SLOW ? -1 : this.rate > FAST ? 1 : 0;
    const index = Math.min(Math.max(this.index + step, 0), this.sizes.length - 1);
    if (index !== this.index) {
      this.index = index;
      this.times = [];
    } else {
      this.times.shift();
    }
  }
}
