# DIRECTORY
main() {
	set -euo pipefail
	local directory=$1 name
	umask 027
	for name in apps config/pids logs sites/assets; do
		if [[ ! -d $directory/$name ]]; then
			mkdir -p -- "$directory/$name"
			echo "made $name"
		fi
	done
}
main "$@" </dev/null
