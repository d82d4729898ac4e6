// The timeline: one row for every step of the plan, filled in as its frames arrive.

import { duration, significant } from "./format.js";

function cell(className) {
  const span = document.createElement("span");
  span.className = className;
  return span;
}

/** One step of the plan. Its bar reaches from the start of its first forward to the end of its last. */
class Row {
  #at = cell("number at");
  #forward = cell("number forward");
  #rows = cell("number rows");
  #bar = cell("bar");
  #noise;
  #number;
  startMicros = Infinity;
  endMicros = 0;
  #forwardMicros = 0;
  #batchRows = 0;

  constructor(number, planned, onSelect) {
    this.#number = number;
    // A correction takes again the way of the step before, whose state is at its end by then.
    const corrects = planned.kind === "correction";
    const from = corrects ? planned.from_t : planned.t;
    this.#noise = `${significant(from)} → ${significant(planned.s)}${corrects ? " again" : ""}`;
    this.item = document.createElement("li");
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.disabled = true;
    this.button.dataset.testid = "timeline-step";
    this.button.dataset.step = String(number);
    this.button.dataset.state = "waiting";
    this.button.setAttribute("aria-pressed", "false");
    this.button.addEventListener("click", () => onSelect(number));
    const step = cell("step");
    step.textContent = String(number);
    const noise = cell("noise");
    noise.textContent = this.#noise;
    const track = cell("track");
    track.append(this.#bar);
    this.button.append(step, noise, track, this.#at, this.#forward, this.#rows);
    this.item.append(this.button);
  }

  get ran() {
    return this.startMicros !== Infinity;
  }

  add(header) {
    this.startMicros = Math.min(this.startMicros, Math.max(0, header.elapsed_micros - header.forward_micros));
    this.endMicros = Math.max(this.endMicros, header.elapsed_micros);
    this.#forwardMicros = Math.max(this.#forwardMicros, header.forward_micros);
    this.#batchRows = Math.max(this.#batchRows, header.batch_rows);
    this.button.disabled = false;
    this.button.dataset.state = "ran";
    this.#at.textContent = duration(this.endMicros);
    this.#forward.textContent = duration(this.#forwardMicros);
    this.#rows.textContent = String(this.#batchRows);
    this.button.setAttribute(
      "aria-label",
      `Step ${this.#number}, noise ${this.#noise}, at ${duration(this.endMicros)}, ` +
        `forward ${duration(this.#forwardMicros)} with ${this.#batchRows} rows`,
    );
  }

  markFirst() {
    this.button.classList.add("is-first");
  }

  scale(totalMicros) {
    // Pictures that the server had already took no time at all.
    if (this.ran && totalMicros > 0) {
      this.#bar.style.left = `${(100 * this.startMicros) / totalMicros}%`;
      this.#bar.style.width = `${(100 * (this.endMicros - this.startMicros)) / totalMicros}%`;
    }
  }
}

/** The steps of one generation at a time; calls onSelect(step) when a person asks to see one. */
export class Timeline {
  #list;
  #onSelect;
  #rows = [];

  constructor(list, onSelect) {
    this.#list = list;
    this.#onSelect = onSelect;
  }

  accepted(message) {
    const focused = this.#list.contains(document.activeElement);
    this.#rows = message.steps.map((planned, i) => new Row(i + 1, planned, this.#onSelect));
    this.#list.replaceChildren(...this.#rows.map((row) => row.item));
    if (focused) {
      // No new row can be chosen yet, and the keyboard would be back at the top of the page.
      this.#list.focus();
    }
  }

  add(header) {
    const isFirst = this.#rows.every((row) => !row.ran);
    const row = this.#rows[header.step - 1];
    row.add(header);
    if (isFirst) {
      row.markFirst();
    }
    const total = Math.max(...this.#rows.map((each) => each.endMicros));
    this.#rows.forEach((each) => each.scale(total));
  }

  /** Marks the step that is shown and brings its row into view. */
  select(step) {
    this.#rows.forEach((row, i) => row.button.setAttribute("aria-pressed", String(i + 1 === step)));
    const { offsetTop, offsetHeight } = this.#rows[step - 1].item;
    const bottom = offsetTop + offsetHeight - this.#list.clientHeight;
    this.#list.scrollTop = Math.min(offsetTop, Math.max(this.#list.scrollTop, bottom));
  }
}
