# UNITS WEB_PORT
#
# Starts what does not run, starts anew what runs otherwise than its unit says, and waits until the web process
# answers. Other revisions are left alone. A server of a pair that is closed starts nothing: its guard does that when
# it opens.
main() {
	set -euo pipefail
	local units=$1 port=$2 unit kind status
	local target=$units.target kinds=(redis-cache redis-queue web worker schedule) changed=()
	for kind in web worker schedule socketio; do
		if [[ $(systemctl show --property=NeedDaemonReload --value -- "$units-$kind.service") == yes ]] &&
			systemctl is-active --quiet -- "$units-$kind.service"; then
			changed+=("$units-$kind.service")
		fi
	done
	if systemctl show --property=NeedDaemonReload --value -- "$target" "${kinds[@]/#/$units-}" | grep -q yes; then
		systemctl daemon-reload
	fi
	# What runs as its unit was before. The queues keep running: jobs wait in them.
	for unit in "${changed[@]}"; do
		systemctl restart -- "$unit" || explain "$unit"
		echo "started: $unit anew"
	done
	if [[ $(systemctl is-enabled -- "$target" 2>/dev/null) != enabled ]]; then
		systemctl enable --quiet -- "$target"
		echo "started: $target is enabled"
	fi
	if [[ -e /var/lib/central/role && ! -e /run/central-role/open ]]; then
		return
	fi
	if [[ -e $(systemctl show --property=WorkingDirectory --value -- "$units-web.service")/../apps/frappe/socketio.js ]]; then
		kinds+=(socketio)
	fi
	for kind in target "${kinds[@]}"; do
		unit=$units-$kind.service
		if [[ $kind == target ]]; then
			unit=$target
		fi
		if ! systemctl is-active --quiet -- "$unit"; then
			if ! systemctl start -- "$unit"; then
				explain "$unit"
			fi
			echo "started: $unit"
		fi
	done

	for _ in {1..120}; do
		status=$(curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' --header 'Host: central.invalid' \
			"http://127.0.0.1:$port/api/method/ping" || true)
		if [[ $status != 000 && $status != 5* ]]; then
			break
		fi
		sleep 0.5
	done
	for kind in "${kinds[@]}"; do
		if ! systemctl is-active --quiet -- "$units-$kind.service"; then
			explain "$units-$kind.service"
		fi
	done
	if [[ $status == 000 || $status == 5* ]]; then
		explain "$units-web.service"
	fi
}

# explain tells what a unit said last, and ends with an error.
explain() {
	journalctl --unit "$1" --lines 40 --no-pager --output cat >&2 || true
	echo "$1 does not run: $(systemctl show --property=Result --value -- "$1")." >&2
	exit 1
}
main "$@" </dev/null
