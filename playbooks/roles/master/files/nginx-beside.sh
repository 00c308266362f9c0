# [CHECK]
#
# Puts Central's settings before those of the server's own sites. When nginx would not take all of them together, what was
# there before is put back.
main() {
	set -euo pipefail
	local staged=/etc/nginx/central/beside.conf own=/etc/nginx/conf.d/00-central.conf alone=/etc/nginx/conf.d/central.conf
	local kept site host user
	if [[ ! -e $staged ]] || cmp -s -- "$staged" "$own"; then
		return
	fi
	echo "put $own"
	if [[ -n ${1:-} ]]; then
		return
	fi
	# Whoever changes a route waits.
	exec 9>/run/lock/central-nginx.lock
	flock -w 60 9
	# nginx reads assets and public files of Central's revisions.
	user=$(nginx -T 2>/dev/null | sed -nE 's/^[[:space:]]*user[[:space:]]+([^;[:space:]]+).*/\1/p' | head -n 1)
	usermod --append --groups frappe -- "${user:-www-data}"
	# A server that Central had set up before has names of sites already.
	for site in /etc/nginx/central/sites.d/*.conf; do
		if [[ -e $site ]]; then
			host=${site##*/}
			printf 'server_name %s;\n' "${host%.conf}" >"/etc/nginx/central/names.d/$host"
		fi
	done
	kept=$(mktemp -d)
	for file in "$own" "$alone"; do
		if [[ -e $file ]]; then
			mv -- "$file" "$kept"
		fi
	done
	cp -- "$staged" "$own"
	if ! nginx -t -q; then
		rm -f -- "$own"
		find "$kept" -type f -exec mv -t /etc/nginx/conf.d -- {} +
		rmdir -- "$kept"
		echo "nginx does not take Central's settings beside those that it has; they were not put in place." >&2
		exit 1
	fi
	rm -rf -- "$kept"
}
main "$@" </dev/null
