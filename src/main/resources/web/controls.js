// The form: what to generate, and which of its fields is wrong.

/** Which control a field of the protocol belongs to, where the names differ. */
const CONTROL_OF = {
  class_index: "class",
  class_name: "class",
  label: "class",
  sampler: "gamma",
  model_version: "model",
};

/** What tells a served version apart from every other one. */
function versionOf({ name, version }) {
  return `${name}/${version}`;
}

/** A value that cannot even be sent. */
export class FieldError extends Error {
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

export class Controls {
  #form;
  #error;
  #models = [];
  #running = false;
  #connected = false;

  #onModel;

  /** Calls onGenerate() and onStop() when a person asks for it, and onModel(model) when another one is chosen. */
  constructor(form, error, { onGenerate, onStop, onModel }) {
    this.#onModel = onModel;
    this.#form = form;
    this.#error = error;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#connected) {
        onGenerate();
      }
    });
    this.#element("stop").addEventListener("click", onStop);
    this.#element("gamma-slider").addEventListener("input", (event) => {
      this.#element("gamma").value = event.target.value;
    });
    this.#element("gamma").addEventListener("input", (event) => {
      // A slider that is told nothing goes to its middle, and without gamma a request means 0.
      this.#element("gamma-slider").value = event.target.value === "" ? "0" : event.target.value;
    });
    this.#element("dice").addEventListener("click", () => {
      this.#element("seed").value = String(crypto.getRandomValues(new Uint32Array(1))[0]);
    });
    this.#element("seed-used").addEventListener("click", (event) => {
      this.#element("seed").value = event.target.textContent;
    });
    this.#element("model").addEventListener("change", () => this.#followModel());
  }

  /** Offers what the server serves; what a person chose stays chosen if it is served still. */
  fill({ models, limits }) {
    const chosen = this.model;
    this.#models = models;
    this.#element("model").replaceChildren(
      ...models.map((model) => new Option(`${model.name} ${model.version}`, versionOf(model))),
    );
    const field = this.#element("model-field");
    const focused = field.contains(document.activeElement);
    field.hidden = models.length < 2;
    if (focused && field.hidden) {
      // What a refusal has pointed at is there no more, and the keyboard would be back at the top of the page.
      this.#element("generate").focus();
    }
    this.#element("steps").max = limits.max_steps;
    this.#element("count").max = limits.max_count;
    if (chosen) {
      // A version that is gone gives way to the one that its name stands for now.
      const same = models.find((model) => versionOf(model) === versionOf(chosen));
      const kept = same ?? models.find((model) => model.name === chosen.name) ?? models[0];
      this.#element("model").value = versionOf(kept);
    } else {
      const { max_steps, max_count, max_nfe } = limits;
      this.#bound("steps", Math.min(max_steps, this.#walksByHeun ? Math.floor((max_nfe + 1) / 2) : max_nfe));
      const steps = this.#element("steps").valueAsNumber;
      this.#bound("count", Math.min(max_count, Math.floor(max_nfe / (this.#walksByHeun ? 2 * steps - 1 : steps))));
    }
    this.#followModel();
  }

  /** Lowers what the page itself begins with to what this server allows; what a person chose is not the page's. */
  #bound(name, most) {
    const input = this.#element(name);
    if (input.value === input.defaultValue && input.valueAsNumber > most) {
      input.value = String(Math.max(1, most));
    }
  }

  /** Whether the model is a denoiser, which takes no fresh noise, and two evaluations for each step but the last. */
  get #walksByHeun() {
    const { samplers } = this.model;
    return samplers?.length === 1 && samplers[0] === "heun";
  }

  get model() {
    return this.#models[Math.max(0, this.#element("model").selectedIndex)];
  }

  /** Places that the pictures asked for take, as far as the server could have so many. */
  get places() {
    const { valueAsNumber: count, max } = this.#element("count");
    return Math.min(Number.isNaN(count) ? 1 : count, Number(max));
  }

  /** The request as the protocol has it. */
  request() {
    const { name: model, version: model_version } = this.model;
    const request = { model, model_version, format: "raw_u8", preview: this.#element("preview").value };
    for (const name of ["steps", "count", "gamma"]) {
      // What is disabled is nothing that the model takes.
      const value = this.#element(name).disabled ? undefined : this.#number(name);
      if (value !== undefined) {
        request[name] = value;
      }
    }
    if (this.#element("class").value !== "") {
      request.class = Number(this.#element("class").value);
    }
    if (this.#element("seed").value.trim() !== "") {
      request.seed = this.#element("seed").value.trim();
    }
    return request;
  }

  setRunning(running) {
    this.#running = running;
    this.#update();
  }

  setConnected(connected) {
    this.#connected = connected;
    this.#update();
  }

  showSeed(seed) {
    this.#element("seed-used").textContent = seed;
    this.#element("seed-used").disabled = false;
  }

  showError({ field, message }) {
    this.clearError();
    this.#error.textContent = message;
    this.#error.hidden = false;
    const control = field && this.#form.elements.namedItem(CONTROL_OF[field] ?? field);
    if (control) {
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-errormessage", this.#error.id);
      control.focus();
    }
  }

  clearError() {
    this.#error.hidden = true;
    this.#error.textContent = "";
    this.#form.querySelectorAll("[aria-invalid]").forEach((control) => {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-errormessage");
    });
  }

  /** Offers what the model chosen can do; a class that it has as well stays chosen, at the same place if it can be. */
  #followModel() {
    const select = this.#element("class");
    const place = select.value;
    const label = place === "" ? undefined : select.selectedOptions[0].text;
    const options = this.model.labels.map((label, i) => new Option(label, String(i)));
    select.replaceChildren(new Option("any", ""), ...options);
    const same = options[place]?.text === label ? options[place] : options.find((option) => option.text === label);
    select.value = same?.value ?? "";
    select.disabled = options.length === 0;
    this.#element("gamma").disabled = this.#walksByHeun;
    this.#element("gamma-slider").disabled = this.#walksByHeun;
    this.#onModel(this.model);
  }

  #number(name) {
    const input = this.#element(name);
    if (input.validity.badInput) {
      throw new FieldError(name, `${name}: not a number`);
    }
    return input.value === "" ? undefined : Number(input.value);
  }

  #update() {
    const generate = this.#element("generate");
    const stop = this.#element("stop");
    // What is disabled loses the focus, and whoever works by the keyboard would begin at the page's top again.
    generate.disabled &&= !this.#connected;
    generate.setAttribute("aria-disabled", String(!this.#connected));
    if (!this.#running && document.activeElement === stop) {
      generate.focus();
    }
    stop.disabled = !this.#running;
  }

  #element(id) {
    return document.getElementById(id);
  }
}
