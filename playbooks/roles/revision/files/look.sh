# BENCH REVISION WEB_PORT PYTHON
#
# Says whether the revision is "absent", "begun" or "built", and errs when it cannot be built here.
main() {
	set -euo pipefail
	local bench=$1 revision=$2 port=$3 python=$4
	local directory=/home/frappe/benches/$bench/$revision own=$bench-$revision.conf file

	if ! command -v "$python" >/dev/null; then
		echo "This server has no $python." >&2
		exit 1
	fi
	for file in /etc/nginx/central/revisions.d/*.conf; do
		if [[ -e $file && ${file##*/} != "$own" ]] && grep -q "^$port " "$file"; then
			echo "Port $port belongs to another revision: ${file##*/}." >&2
			exit 1
		fi
	done
	if [[ -e $directory/.central-built ]]; then
		echo built
	elif [[ -e $directory/sites/common_site_config.json ]]; then
		echo begun
	else
		echo absent
	fi
}
main "$@" </dev/null
