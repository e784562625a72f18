// The camera: live pictures, as many as the device draws, and one that is kept.

import { FileError } from "./picture_file.js";

const REFUSALS = {
  NotAllowedError: "The camera may not be used. Allow it for this page, or choose a photo.",
  NotFoundError: "There is no camera here. Choose a photo.",
  NotReadableError: "The camera is in use by another program. Close that, or choose a photo.",
};

export class Camera {
  /** @param video the <video> that shows it */
  constructor(video) {
    this.video = video;
    this.stream = null;
  }

  get isOn() {
    return this.stream !== null;
  }

  get sides() {
    return { width: this.video.videoWidth, height: this.video.videoHeight };
  }

  /** Switch it on. */
  async start() {
    if (!navigator.mediaDevices) {
      throw new FileError("Browsers give the camera to https pages only. Choose a photo.");
    }
    const wish = { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 960 } };
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
    } catch (error) {
      throw new FileError(REFUSALS[error.name] ?? `The camera does not start (${error.message}).`);
    }
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  stop() {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.video.srcObject = null;
    this.stream = null;
  }

  /** What is seen now: {width, height, data} of RGBA bytes, the longer side of `size` pixels. */
  frame(size) {
    const canvas = this.drawn(size / Math.max(this.sides.width, this.sides.height));
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    return { width, height, data };
  }

  /** What is seen now, at full size, as a PNG file. */
  async photo() {
    const blob = await this.drawn(1).convertToBlob({ type: "image/png" });
    return new File([blob], "camera.png", { type: blob.type });
  }

  /** A picture of oneself is mirrored, as one knows oneself. */
  drawn(scale) {
    const { width, height } = this.sides;
    const sides = [width, height].map((side) => Math.max(16, Math.round(side * scale)));
    const canvas = new OffscreenCanvas(...sides);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.setTransform(-1, 0, 0, 1, sides[0], 0);
    context.drawImage(this.video, 0, 0, ...sides);
    return canvas;
  }
}
