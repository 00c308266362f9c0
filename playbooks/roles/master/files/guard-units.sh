# [CHECK]
#
# Units of revisions that were built before there was a guard learn that they start on an open server only.
main() {
	set -euo pipefail
	local unit found=
	shopt -s nullglob
	for unit in /etc/systemd/system/central-*-r[0-9]*-{redis-cache,redis-queue,web,worker,schedule,socketio}.service; do
		if grep -q '^ConditionPathExists=|/run/central-role/open$' "$unit"; then
			continue
		fi
		found+=" ${unit##*/}"
		if [[ -z ${1:-} ]]; then
			sed 's,^\[Unit\]$,[Unit]\nConditionPathExists=|!/var/lib/central/role\nConditionPathExists=|/run/central-role/open,' "$unit" >"$unit.new"
			mv -- "$unit.new" "$unit"
		fi
	done
	if [[ -n $found ]]; then
		[[ -n ${1:-} ]] || systemctl daemon-reload
		echo "guarded:$found"
	fi
}
main "$@" </dev/null
