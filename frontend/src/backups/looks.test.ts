import { describe, expect, it } from "vitest";
import { placeWords } from "./looks";

describe("where a backup lies", () => {
  it("names the disk, the bucket, both or neither", () => {
    const server = { name: "s-01" };
    const storage = { bucket: "backups" };
    expect(placeWords({ server, storage })).toBe("s-01, S3 backups");
    expect(placeWords({ server, storage: null })).toBe("s-01");
    expect(placeWords({ server: null, storage })).toBe("S3 backups");
    expect(placeWords({ server: null, storage: null })).toBe("–");
  });
});
