# BENCH REVISION
#
# The processes first, the directory last, so that a run that was cut off can be repeated. Nothing is
# deleted as root where the bench user could have put a link.
main() {
	set -euo pipefail
	local units=central-$1-$2 directory=/home/frappe/benches/$1/$2 map=/etc/nginx/central/revisions.d/$1-$2.conf
	local kind found=
	for kind in redis-cache redis-queue web worker schedule socketio; do
		if [[ -e /etc/systemd/system/$units-$kind.service ]]; then
			found+=" $units-$kind.service"
		fi
	done
	if [[ -e /etc/systemd/system/$units.target ]]; then
		systemctl disable --quiet -- "$units.target"
		found+=" $units.target"
	fi
	if [[ -n $found ]]; then
		# Word splitting is wanted: names of units hold no spaces.
		systemctl stop -- $found
		(cd /etc/systemd/system && rm -f -- $found)
		systemctl daemon-reload
		systemctl reset-failed -- "$units*" 2>/dev/null || true
		echo "removed the units"
	fi
	if [[ -e $map ]]; then
		rm -f -- "$map"
		echo "removed the place of its assets"
	fi
	if [[ -d $directory ]]; then
		runuser --user frappe -- rm -rf -- "$directory"
		echo "removed $directory"
	fi
	remove_unused_nodes
}

# remove_unused_nodes removes each Node that no revision has any more.
remove_unused_nodes() {
	local node used
	if [[ ! -d /opt/central-node ]]; then
		return
	fi
	exec 9>/opt/central-node/lock
	flock 9
	used=$(readlink -- /home/frappe/benches/*/*/node || true)
	for node in /opt/central-node/[0-9]*; do
		if [[ -d $node ]] && ! grep --quiet --line-regexp --fixed-strings -- "$node" <<<"$used"; then
			rm -rf -- "$node"
			echo "removed $node"
		fi
	done
}
main "$@" </dev/null
