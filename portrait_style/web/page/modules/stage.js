// The picture: the photo or the camera beneath, the drawing above, and what divides them.

export class Stage {
  /** @param frame the element that holds <img>, <video>, <canvas> and the slider */
  constructor(frame) {
    this.frame = frame;
    this.image = frame.querySelector("img");
    this.video = frame.querySelector("video");
    this.canvas = frame.querySelector("canvas");
    this.reveal = frame.querySelector("input");
    this.reveal.oninput = () => this.divide();
    this.divide();
  }

  divide() {
    this.frame.style.setProperty("--reveal", `${this.reveal.value}%`);
  }

  /** Show a photo beneath, of the given width and height. */
  showPhoto(blob, { width, height }) {
    URL.revokeObjectURL(this.image.src);
    this.image.src = URL.createObjectURL(blob);
    this.setAspect(width, height);
    this.frame.classList.remove("live");
  }

  /** Show the camera beneath. */
  showCamera({ width, height }) {
    this.setAspect(width, height);
    this.frame.classList.add("live");
  }

  setAspect(width, height) {
    this.frame.style.setProperty("--aspect", width / height);
  }

  /** Show a drawing above: {width, height, data} of RGBA bytes. */
  showDrawing({ width, height, data }, label) {
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height });
    }
    this.canvas.getContext("2d").putImageData(new ImageData(data, width), 0, 0);
    this.canvas.setAttribute("aria-label", label);
    this.frame.classList.add("drawn");
  }
}
