# DIRECTORY PATH APP...
#
# Only apps with a package.json have anything to build; what was built is remembered.
main() {
	set -euo pipefail
	local directory=$1 path=$2 app built
	shift 2

	if [[ -r /etc/environment ]]; then
		set -a
		. /etc/environment
		set +a
	fi
	export PATH=$path
	umask 027
	cd -- "$directory"

	exec 9>assets.lock
	flock 9
	local with=()
	for app in "$@"; do
		if [[ -e apps/$app/package.json ]]; then
			with+=("$app")
		fi
	done
	built=sites/assets/.central-built
	if [[ ${#with[@]} -eq 0 || -e $built ]]; then
		return
	fi
	if ! command -v yarn >/dev/null; then
		echo "${with[0]} has a package.json, but this server has no yarn: set it up with node_tools." >&2
		exit 1
	fi
	for app in "${with[@]}"; do
		(cd "apps/$app" && yarn install --non-interactive --frozen-lockfile --production=false)
	done
	/opt/frappe-bench/bin/bench build --production
	: >"$built"
	echo built
}
main "$@" </dev/null
