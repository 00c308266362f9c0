/** A systemd unit as it was seen. */
export interface ServiceSeen {
  /** Such as `mariadb.service`. */
  name: string;
  /** As systemd calls it, such as `active`. */
  state: string;
}

/**
 * The services that should run and do not. Units of Central's own rest on purpose: those that do their work at the
 * start, and benches on a slave; only when one has failed it is wrong.
 */
export function stoppedOf<Service extends ServiceSeen>(services: readonly Service[]): Service[] {
  return services.filter(({ name, state }) =>
    name.startsWith("central-") ? state === "failed" : state !== "active",
  );
}
