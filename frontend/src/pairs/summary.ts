import type { Tone } from "../ui/tones";

/** All pairs in one calm line: `6 are well, 1 needs a look, 1 needs somebody now`. */
export function summaryOf(tones: readonly Tone[]): string {
  const many = (...wanted: Tone[]) => tones.filter((tone) => wanted.includes(tone)).length;
  const [well, look, now, moving] = [many("done"), many("wait"), many("bad"), many("run", "idle")];
  if (well === tones.length) {
    return "Every slave follows, ready to take over.";
  }
  const parts = [
    now > 0 ? `${now} ${now === 1 ? "needs" : "need"} somebody now` : "",
    look > 0 ? `${look} ${look === 1 ? "needs" : "need"} a look` : "",
    moving > 0 ? `${moving} ${moving === 1 ? "is" : "are"} not ready yet` : "",
    well > 0 ? `${well} ${well === 1 ? "is" : "are"} well` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}
