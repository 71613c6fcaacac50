// Draws the SVG and turns its named parts into buttons.
function render({ model, el }) {
  el.classList.add("wb-chart");

  const pick = (id) => {
    const count = (model.get("picked").count || 0) + 1;
    model.set("picked", { id, count });
    model.save_changes();
  };

  const button = (node, id, label, pressed) => {
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
    node.setAttribute("aria-label", label);
    node.setAttribute("aria-pressed", String(pressed));
    node.setAttribute("data-part", id);
    node.style.pointerEvents = "all"; // an area without paint is one to point at, too
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = label;
    node.prepend(title);
    node.addEventListener("click", () => pick(id));
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      pick(id);
    });
  };

  const draw = () => {
    // A redraw must not throw a keyboard user out of the chart.
    const held = el.contains(document.activeElement)
      ? document.activeElement.getAttribute("data-part") : null;
    const text = model.get("svg");
    el.replaceChildren();
    if (!text) return;
    // Parsed as a document of its own: nothing in it runs.
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const picture = document.importNode(svg, true);
    picture.removeAttribute("width");
    picture.removeAttribute("height");
    el.append(picture);
    const chosen = model.get("chosen");
    for (const [id, label] of Object.entries(model.get("parts"))) {
      const node = el.querySelector(`[id="${CSS.escape(id)}"]`);
      if (!node) continue;
      button(node, id, label, id === chosen);
      if (id === held) node.focus();
    }
  };

  model.on("change:svg", draw);
  model.on("change:parts", draw);
  model.on("change:chosen", draw);
  draw();
}

export default { render };
