// The grid of canvases. Every frame is kept, so that any step can be shown again.

/** A picture's bytes, height x width x channels, as pixels for a canvas. */
function pixels(image, { width, height, channels }) {
  const data = new ImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    const at = i * channels;
    data.data[4 * i] = image[at];
    data.data[4 * i + 1] = image[channels === 1 ? at : at + 1];
    data.data[4 * i + 2] = image[channels === 1 ? at : at + 2];
    data.data[4 * i + 3] = 255;
  }
  return data;
}

/** What a canvas shows before its first frame: noise, which is also where its trajectory starts. */
function noise({ width, height }) {
  const grey = new Uint8Array(width * height).map(() => 256 * Math.random());
  return pixels(grey, { width, height, channels: 1 });
}

function samePixels(a, b) {
  return a.data.every((value, i) => value === b.data[i]);
}

/** Most columns that a grid of this many pictures has; a narrow window has fewer. */
function columnsFor(count) {
  if (count <= 4) {
    return count;
  }
  return count <= 8 ? 4 : count <= 18 ? 6 : 8;
}

/** One canvas with its caption and the frames it got. */
class Picture {
  #canvas = document.createElement("canvas");
  #label = document.createElement("span");
  #progress = document.createElement("span");
  #shape;
  #start;
  #frames = [];
  #changes = 0;
  #name = "";
  #stepCount = 0;

  constructor(shape) {
    this.#shape = shape;
    this.figure = document.createElement("figure");
    this.figure.className = "waiting";
    this.figure.dataset.testid = "picture";
    this.#canvas.width = shape.width;
    this.#canvas.height = shape.height;
    this.#canvas.style.setProperty("--ratio", `${shape.width} / ${shape.height}`);
    this.#canvas.dataset.testid = "canvas";
    this.#canvas.dataset.frames = "0";
    this.#canvas.dataset.final = "false";
    this.#canvas.setAttribute("role", "img");
    this.#canvas.setAttribute("aria-label", "waiting for its first frame");
    this.#start = { step: 0, last: false, pixels: noise(shape) };
    this.#canvas.getContext("2d").putImageData(this.#start.pixels, 0, 0);
    this.#label.className = "label";
    this.#progress.className = "progress";
    const caption = document.createElement("figcaption");
    caption.dataset.testid = "caption";
    caption.append(this.#label, " ", this.#progress);
    this.figure.append(this.#canvas, caption);
  }

  describe(name, stepCount) {
    this.#name = name;
    this.#stepCount = stepCount;
    this.#label.textContent = name;
    this.#progress.textContent = `0/${stepCount}`;
  }

  add(header, image) {
    const frame = { step: header.step, last: header.last, pixels: pixels(image, this.#shape) };
    if (this.#frames.length === 0 || !samePixels(frame.pixels, this.#frames.at(-1).pixels)) {
      this.#changes += 1;
    }
    this.#frames.push(frame);
  }

  /** Draws the newest frame up to this step. */
  show(step) {
    const frame = this.#frames.filter((candidate) => candidate.step <= step).at(-1) ?? this.#start;
    this.#canvas.getContext("2d").putImageData(frame.pixels, 0, 0);
    this.#canvas.dataset.frames = String(this.#changes);
    this.#canvas.dataset.step = String(frame.step);
    this.#canvas.dataset.final = String(this.#frames.at(-1)?.last ?? false);
    this.#canvas.setAttribute("aria-label", `${this.#name}, step ${frame.step} of ${this.#stepCount}`);
    this.#progress.textContent = `${frame.step}/${this.#stepCount}`;
    this.figure.classList.toggle("waiting", frame === this.#start);
    this.figure.classList.toggle("final", frame.last);
  }
}

/** The pictures of one generation at a time. */
export class Gallery {
  #root;
  #pictures = [];
  #shownStep = Infinity;

  constructor(root) {
    this.#root = root;
  }

  /** Places for this many pictures of a shape { width, height, channels }, all waiting. */
  expect(count, shape) {
    this.#shownStep = Infinity;
    this.#pictures = Array.from({ length: count }, () => new Picture(shape));
    this.#root.style.setProperty("--columns", String(columnsFor(count)));
    this.#root.classList.toggle("one", count === 1);
    this.#root.classList.toggle("few", count > 1 && count < 4);
    this.#root.replaceChildren(...this.#pictures.map((picture) => picture.figure));
  }

  /** Places for the pictures of a generation that the server accepted. */
  accepted(message, count) {
    this.expect(count, message);
    this.#pictures.forEach((picture, i) => {
      picture.describe(message.label_names[message.labels[i]] ?? `picture ${i + 1}`, message.steps.length);
    });
  }

  add(header, image) {
    const picture = this.#pictures[header.sample];
    picture.add(header, image);
    picture.show(this.#shownStep);
  }

  /** Shows every picture as it was at this step; Infinity: the newest frames, and those that come. */
  show(step) {
    this.#shownStep = step;
    this.#pictures.forEach((picture) => picture.show(step));
  }
}
