// Shows a BPMN file in bpmn-js, or a DMN file in dmn-js, to look at: wheel and buttons zoom, dragging and arrow keys
// move. The box says which file ([data-bpmn] or [data-dmn]).
(function () {
  "use strict";
  const box = document.querySelector("[data-bpmn], [data-dmn]");
  const Viewer = box && (box.dataset.dmn ? window.DmnJS : window.BpmnJS);
  if (!Viewer) return;
  const told = document.querySelector("[data-diagram-told]");
  const viewer = new Viewer({ container: box });
  // A DMN file has several views: the graph, and a table or text for each decision that is opened.
  const shown = () => (box.dataset.dmn ? viewer.getActiveViewer() : viewer);
  const drawing = () => !box.dataset.dmn || viewer.getActiveView().type === "drd";
  const canvas = () => shown().get("canvas");
  const step = 60;
  const moves = {
    "+": () => shown().get("zoomScroll").stepZoom(1),
    "=": () => shown().get("zoomScroll").stepZoom(1),
    "-": () => shown().get("zoomScroll").stepZoom(-1),
    "0": () => canvas().zoom("fit-viewport", "auto"),
    ArrowLeft: () => canvas().scroll({ dx: step, dy: 0 }),
    ArrowRight: () => canvas().scroll({ dx: -step, dy: 0 }),
    ArrowUp: () => canvas().scroll({ dx: 0, dy: step }),
    ArrowDown: () => canvas().scroll({ dx: 0, dy: -step }),
  };
  const fail = (error) => {
    box.hidden = true;
    told.hidden = false;
    told.dataset.error = String(error);
  };
  fetch(box.dataset.dmn || box.dataset.bpmn, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
    .then((text) => viewer.importXML(text))
    .then((result) => {
      box.dataset.warnings = String(result.warnings.length);
      moves["0"]();
      box.dataset.ready = "yes";
      box.addEventListener("keydown", (event) => {
        const move = moves[event.key];
        if (!move || !drawing() || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        move();
      });
      document.querySelectorAll("[data-diagram-do]").forEach((button) => {
        button.hidden = false;
        button.addEventListener("click", () => drawing() && moves[button.dataset.diagramDo]());
      });
    })
    .catch(fail);
})();
