# BENCH REVISION
main() {
	set -euo pipefail
	local config names=()
	for config in "/home/frappe/benches/$1/$2/sites"/*/site_config.json; do
		if [[ -e $config ]]; then
			config=${config%/site_config.json}
			names+=("${config##*/}")
		fi
	done
	if [[ ${#names[@]} -gt 0 ]]; then
		echo "Sites remain in $1 $2: ${names[*]}." >&2
		exit 1
	fi
	if [[ -d /home/frappe/benches/$1/$2 || -e /etc/systemd/system/central-$1-$2.target ]]; then
		echo present
	fi
}
main "$@" </dev/null
