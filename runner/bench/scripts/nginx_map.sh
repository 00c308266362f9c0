# Routes a host name of this machine to a port, or no longer: nginx_map HOST [PORT [FORGOTTEN]]
#
# FORGOTTEN is another name, which leads nowhere from the same moment on.
#
# On a server that was adopted the name is also one of the names of Central's own server block, which stands before those of
# others and so takes a site over from the block that served it, or gives it back to that. With its port a name loses its
# domains.
#
# The change is tried on a copy of all entries before it is made, one change at a time. nginx is told to
# read its configuration in any case: the last one who wrote it may not have come to that.
host=$1 port=${2-} forgotten=${3-}
sites=/etc/nginx/central/sites.d names=/etc/nginx/central/names.d
staged=$(mktemp -d /etc/nginx/central/.staged.XXXXXXXX)
trap 'rm -rf "$staged"' EXIT
line="$host $port;"
if [ -z "$port" ]; then
	rm -f "$names/$host.conf" "$sites/$host.conf" "$sites/$host.domains"
elif [ ! -e "$sites/$host.conf" ] || [ "$(cat "$sites/$host.conf")" != "$line" ]; then
	cp -al "$sites" "$staged/sites.d"
	rm -f "$staged/sites.d/$host.conf"
	printf '%s\n' "$line" >"$staged/sites.d/$host.conf"
	chmod 0644 "$staged/sites.d/$host.conf"
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
	nginx -t -q -c "$staged/nginx.conf"
	mv -fT "$staged/sites.d/$host.conf" "$sites/$host.conf"
fi
if [ -n "$port" ] && [ -d "$names" ] && [ ! -e "$names/$host.conf" ]; then
	printf 'server_name %s;\n' "$host" >"$staged/name"
	chmod 0644 "$staged/name"
	mv -fT "$staged/name" "$names/$host.conf"
	if ! nginx -t -q; then
		rm -f "$names/$host.conf"
		exit 1
	fi
fi
if [ -n "$forgotten" ]; then
	rm -f "$names/$forgotten.conf" "$sites/$forgotten.conf" "$sites/$forgotten.domains"
fi
reload_nginx
