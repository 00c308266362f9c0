import "@testing-library/jest-dom/vitest";
import { notifications } from "@mantine/notifications";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// A busy machine is slow, not wrong.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  notifications.clean();
  notifications.cleanQueue();
  sessionStorage.clear();
  localStorage.clear();
});

// What Mantine and the virtualised lists ask of a browser and happy-dom answers with nothing.
class FixedSizeObserver {
  #callback: ResizeObserverCallback;

  constructor(callback: ResizeObserverCallback) {
    this.#callback = callback;
  }

  observe(target: Element) {
    const box = [{ inlineSize: 1200, blockSize: 800 }];
    const entry = {
      target,
      borderBoxSize: box,
      contentBoxSize: box,
      contentRect: new DOMRect(0, 0, 1200, 800),
    };
    this.#callback([entry as unknown as ResizeObserverEntry], this as unknown as ResizeObserver);
  }

  unobserve() {}

  disconnect() {}
}

vi.stubGlobal("ResizeObserver", FixedSizeObserver);
for (const [name, value] of Object.entries({
  clientHeight: 800,
  clientWidth: 1200,
  offsetHeight: 800,
  offsetWidth: 1200,
})) {
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
}
Element.prototype.scrollTo ??= () => {};
