import { describe, expect, it } from "vitest";
import { reloadForLostChunks } from "./lostChunks";

describe("a chunk that is lost", () => {
  function page() {
    const target = new EventTarget();
    const kept = new Map<string, string>();
    let reloads = 0;
    let time = 1_000_000;
    reloadForLostChunks(
      {
        addEventListener: target.addEventListener.bind(target),
        sessionStorage: {
          getItem: (name: string) => kept.get(name) ?? null,
          setItem: (name: string, value: string) => kept.set(name, value),
        } as unknown as Storage,
        location: { reload: () => reloads++ } as unknown as Location,
      } as unknown as Window,
      () => time,
    );
    return {
      lose: () => target.dispatchEvent(new Event("vite:preloadError", { cancelable: true })),
      pass: (ms: number) => {
        time += ms;
      },
      reloads: () => reloads,
    };
  }

  it("starts the page anew, without an error", () => {
    const { lose, reloads } = page();
    expect(lose()).toBe(false);
    expect(reloads()).toBe(1);
  });

  it("is an error when it is lost again at once, and not forever", () => {
    const { lose, pass, reloads } = page();
    lose();
    pass(9_000);
    expect(lose()).toBe(true);
    expect(reloads()).toBe(1);
    pass(2_000);
    expect(lose()).toBe(false);
    expect(reloads()).toBe(2);
  });
});
