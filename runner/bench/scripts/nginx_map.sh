# Routes host names of this machine to ports, or no longer: nginx_map HOST PORT FORGOTTEN [HOST PORT FORGOTTEN]...
#
# A HOST with an empty PORT leads nowhere any more, and with its port it loses its domains. FORGOTTEN, where it is not empty, is another
# name, which leads nowhere from the same moment on. Of each HOST it is said what became of it.
#
# On a server that was adopted the name is also one of the names of Central's own server block, which stands before those of
# others and so takes a site over from the block that served it, or gives it back to that.
#
# The changes are tried on a copy of all entries before they are made, one script at a time; when nginx refuses them together, each
# by itself. nginx is told to read its configuration in any case: the last one who wrote it may not have come to that.
sites=/etc/nginx/central/sites.d names=/etc/nginx/central/names.d
umask 022
staged=$(mktemp -d /etc/nginx/central/.staged.XXXXXXXX)
trap 'rm -rf "$staged"' EXIT
cat >"$staged/nginx.conf" <<-END
	pid $staged/pid;
	error_log stderr;
	events {}
	http {
		map_hash_max_size 131072;
		map_hash_bucket_size 512;
		map \$host \$central_port { default ""; include $staged/sites.d/*.conf; }
	}
END

# Writes the entries of HOST PORT..., all or none.
write_entries() {
	local host port files=()
	rm -rf "$staged/sites.d" && cp -al "$sites" "$staged/sites.d" || return
	while [ $# -gt 0 ]; do
		host=$1 port=$2
		shift 2
		files+=("$staged/sites.d/$host.conf")
		# Not into what is there, which is the entry itself.
		[ ! -e "$staged/sites.d/$host.conf" ] || rm -f "$staged/sites.d/$host.conf" || return
		printf '%s\n' "$host $port;" >"$staged/sites.d/$host.conf" || return
	done
	nginx -t -q -c "$staged/nginx.conf" && mv -f -t "$sites" "${files[@]}"
}

# Makes HOST a name of Central's server block, where there are others.
write_name() {
	[ -d "$names" ] && [ ! -e "$names/$1.conf" ] || return 0
	printf 'server_name %s;\n' "$1" >"$staged/name" && mv -fT "$staged/name" "$names/$1.conf" || return
	nginx -t -q || {
		rm -f "$names/$1.conf"
		return 1
	}
}

declare -A refused=()
changed=() forgotten=() outcomes=()
orders=("$@")
while [ $# -gt 0 ]; do
	host=$1 port=$2
	shift 3
	if [ -n "$port" ] && { [ ! -e "$sites/$host.conf" ] || [ "$(<"$sites/$host.conf")" != "$host $port;" ]; }; then
		changed+=("$host" "$port")
	fi
done
if [ ${#changed[@]} -gt 0 ] && ! why=$(write_entries "${changed[@]}" 2>&1); then
	set -- "${changed[@]}"
	while [ $# -gt 0 ]; do
		if [ ${#changed[@]} -eq 2 ] || ! why=$(write_entries "$1" "$2" 2>&1); then
			refused[$1]=$why
		fi
		shift 2
	done
fi
set -- "${orders[@]}"
while [ $# -gt 0 ]; do
	host=$1 port=$2 instead=$3
	shift 3
	if [ -z "$port" ]; then
		forgotten+=("$host")
	elif [ -z "${refused[$host]+refused}" ] && ! why=$(write_name "$host" 2>&1); then
		refused[$host]=$why
	fi
	if [ -n "${refused[$host]+refused}" ]; then
		printf '%s\n' "${refused[$host]}" >&2
		outcomes+=("$host=failed: ${refused[$host]//$'\n'/ | }")
		continue
	fi
	[ -z "$instead" ] || forgotten+=("$instead")
	outcomes+=("$host=${port:+to port }${port:-forgotten}")
done
for host in "${forgotten[@]}"; do
	printf '%s\0' "$names/$host.conf" "$sites/$host.conf" "$sites/$host.domains"
done | xargs -0 -r rm -f --
reload_nginx
printf '%s\n' "${outcomes[@]}"
[ ${#refused[@]} -eq 0 ]
