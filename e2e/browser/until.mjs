/**
 * Asks again and again until the answer is neither false nor empty, and returns it. Errs with the last answer's
 * complaint once `seconds` have passed. `ask` may throw: that counts as not yet.
 */
export async function until(what, ask, { seconds = 60, every = 100 } = {}) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    let complaint = "";
    try {
      const answer = await ask();
      if (Array.isArray(answer) ? answer.length > 0 : answer) {
        return answer;
      }
    } catch (error) {
      complaint = `: ${error.message}`;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${seconds} s in vain until ${what}${complaint}`);
    }
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
