"use strict";
// Cards are dragged onto the transitions that they can make; a column without one stays dim.
(() => {
  const board = document.querySelector(".board");
  if (!board) return;
  const said = document.getElementById("said");

  const tell = (text) => {
    const box = document.createElement("div");
    box.className = "refused";
    box.setAttribute("role", "alert");
    const sign = document.createElement("span");
    sign.textContent = "⚠";
    const words = document.createElement("p");
    words.textContent = text;
    box.append(sign, words);
    said.replaceChildren(box);
    said.scrollIntoView({ block: "center" });
  };

  const move = async (key, transition) => {
    const form = new URLSearchParams({ issue: key, transition: transition, script: "yes" });
    try {
      const answer = await fetch(board.dataset.move, {
        method: "POST",
        headers: { "X-Sandbox-Token": board.dataset.token },
        body: form,
      });
      const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
      if (answer.ok) window.location.reload();
      else if (told.screen) window.location.assign(told.screen);
      else tell(told.said || board.dataset.failed);
    } catch {
      tell(board.dataset.failed);
    }
  };

  const zone = (card, choice) => {
    const place = document.createElement("div");
    place.className = "zone";
    place.textContent = `${choice.name} → ${choice.status}`;
    place.addEventListener("dragover", (event) => {
      event.preventDefault();
      place.classList.add("over");
    });
    place.addEventListener("dragleave", () => place.classList.remove("over"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      move(card.dataset.key, choice.id);
    });
    return place;
  };

  const open = (card) => {
    const moves = JSON.parse(card.dataset.moves);
    for (const column of board.querySelectorAll(".column")) {
      const inside = moves.filter((one) => column.dataset.statuses.split(" ").includes(one.to));
      column.querySelector(".zones").replaceChildren(...inside.map((one) => zone(card, one)));
      column.classList.toggle("target", inside.length > 0);
      column.classList.toggle("closed", inside.length === 0 && !column.contains(card));
    }
  };

  const close = () => {
    for (const column of board.querySelectorAll(".column")) {
      column.classList.remove("target", "closed");
      column.querySelector(".zones").replaceChildren();
    }
  };

  for (const card of board.querySelectorAll(".card")) {
    card.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", card.dataset.key);
      event.dataTransfer.effectAllowed = "move";
      card.classList.add("dragged");
      // Changing the page inside dragstart would end the drag at once.
      setTimeout(() => open(card), 0);
    });
    card.addEventListener("dragend", () => {
      card.classList.remove("dragged");
      close();
    });
  }
})();
