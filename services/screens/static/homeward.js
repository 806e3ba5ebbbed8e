// Starts the design system's components, and keeps live regions from moving under a hand, a cursor or a reader.
import { initAll } from "./vendor/nhsuk-frontend.min.js";

initAll();

(() => {
  const live = document.getElementById("live");
  const controls = document.getElementById("live-controls");
  if (!live || !controls || !window.htmx) {
    return;
  }
  const state = document.getElementById("live-state");
  const pause = document.getElementById("live-pause");
  const show = document.getElementById("live-show");
  const spoken = document.getElementById("live-spoken");
  const QUIET = 1500;
  let paused = false;
  let waiting = false;
  let due = null;
  let connected = false;
  let lost = false;
  controls.hidden = false;

  const region = () => document.getElementById("region");

  // Somebody is typing, has opened something, or has the keyboard on something that can be pressed.
  const inUse = () => {
    const here = region();
    return (
      !here ||
      here.contains(document.activeElement) ||
      here.querySelector("details[open]") !== null ||
      here.querySelector("button:hover, a:hover, input:hover") !== null
    );
  };

  const tell = () => {
    state.classList.toggle("app-late-text", lost);
    if (lost) {
      state.textContent = "Not updating: the connection is lost. Trying again";
    } else if (paused) {
      state.textContent = waiting ? "Paused. Something changed" : "Paused";
    } else if (!connected) {
      state.textContent = "Connecting";
    } else {
      state.textContent = waiting ? "Something changed while you were here" : "Updates by itself";
    }
    pause.textContent = paused ? "Go on updating" : "Pause updates";
    show.hidden = !waiting;
  };

  const refresh = () => {
    due = null;
    if (paused || inUse()) {
      waiting = true;
      tell();
      return;
    }
    waiting = false;
    window.htmx.trigger(region(), "refresh");
    tell();
  };

  // What is on the page may be old from here on: say so, once, until the stream is back.
  const lose = () => {
    if (!lost) {
      lost = true;
      spoken.textContent = "The connection is lost. This page does not update now.";
      tell();
    }
  };

  const connect = () => {
    if (lost) {
      spoken.textContent = "The connection is back.";
    }
    connected = true;
    lost = false;
    tell();
  };

  for (const gone of ["lost", "htmx:sse:error", "htmx:sse:close", "htmx:error", "htmx:response:error"]) {
    live.addEventListener(gone, lose);
  }
  live.addEventListener("ready", connect);

  live.addEventListener("changed", () => {
    if (due === null) {
      due = window.setTimeout(refresh, QUIET);
    }
  });

  document.addEventListener("htmx:after:swap", () => {
    const here = region();
    if (here && spoken.textContent !== here.dataset.spoken) {
      spoken.textContent = here.dataset.spoken;
    }
  });

  pause.addEventListener("click", () => {
    paused = !paused;
    if (!paused && waiting) {
      refresh();
    }
    tell();
  });

  show.addEventListener("click", () => {
    waiting = false;
    window.htmx.trigger(region(), "refresh");
    tell();
  });

  document.addEventListener("focusout", () => {
    window.setTimeout(() => {
      if (waiting && !paused && due === null && !inUse()) {
        refresh();
      }
    }, 0);
  });
})();
