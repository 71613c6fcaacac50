// A table of texts; a row is chosen by a click, or by Enter.
function render({ model, el }) {
  el.classList.add("wb-tickets");

  const pick = (row) => {
    const count = (model.get("picked").count || 0) + 1;
    model.set("picked", { row, count });
    model.save_changes();
  };

  const cell = (kind, text) => {
    const node = document.createElement(kind);
    node.textContent = text;
    return node;
  };

  const line = (values, number, columns) => {
    const row = document.createElement("tr");
    row.tabIndex = 0;
    row.append(...columns.map(([key]) => cell("td", values[key] ?? "")));
    row.addEventListener("click", () => pick(number));
    row.addEventListener("keydown", (event) => {
      const step = { ArrowDown: row.nextSibling, ArrowUp: row.previousSibling }[event.key];
      if (event.key === "Enter" || event.key === " ") pick(number);
      else if (step) step.focus();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    return row;
  };

  const draw = () => {
    const columns = model.get("columns");
    const table = document.createElement("table");
    const head = document.createElement("tr");
    head.append(...columns.map(([, heading]) => cell("th", heading)));
    const top = document.createElement("thead");
    top.append(head);
    const body = document.createElement("tbody");
    body.append(...model.get("rows").map((values, number) => line(values, number, columns)));
    table.append(cell("caption", model.get("caption")), top, body);
    el.replaceChildren(table);
  };

  model.on("change:rows", draw);
  model.on("change:columns", draw);
  model.on("change:caption", draw);
  draw();
}

export default { render };
