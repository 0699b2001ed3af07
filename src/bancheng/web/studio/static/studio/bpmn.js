// Shows a BPMN file in bpmn-js, to look at: wheel and buttons zoom, dragging and arrow keys move.
(function () {
  "use strict";
  const box = document.querySelector("[data-bpmn]");
  if (!box || !window.BpmnJS) return;
  const told = document.querySelector("[data-bpmn-told]");
  const viewer = new window.BpmnJS({ container: box });
  const canvas = () => viewer.get("canvas");
  const step = 60;
  const moves = {
    "+": () => viewer.get("zoomScroll").stepZoom(1),
    "=": () => viewer.get("zoomScroll").stepZoom(1),
    "-": () => viewer.get("zoomScroll").stepZoom(-1),
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
  fetch(box.dataset.bpmn, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
    .then((text) => viewer.importXML(text))
    .then((result) => {
      box.dataset.warnings = String(result.warnings.length);
      moves["0"]();
      box.dataset.ready = "yes";
      box.addEventListener("keydown", (event) => {
        const move = moves[event.key];
        if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        move();
      });
      document.querySelectorAll("[data-bpmn-do]").forEach((button) => {
        button.hidden = false;
        button.addEventListener("click", () => moves[button.dataset.bpmnDo]());
      });
    })
    .catch(fail);
})();
