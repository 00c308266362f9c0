# Says which other host names of this machine lead to a site: nginx_domains HOST [DOMAIN]...
#
# They lie in one file, beside the site's port, which is tried on a copy before it is put in place. nginx is told to read it in
# any case: the last one who wrote it may not have come to that. On a server that was adopted, each is also one of the names
# of Central's own server block.
host=$1
shift
sites=/etc/nginx/central/sites.d names=/etc/nginx/central/names.d
if ! grep -qs 'map \$host \$central_site ' /etc/nginx/conf.d/central.conf /etc/nginx/conf.d/00-central.conf; then
	echo "nginx of this server knows no domains yet: set the server up again" >&2
	exit 1
fi
staged=$(mktemp -d /etc/nginx/central/.staged.XXXXXXXX)
trap 'rm -rf "$staged"' EXIT
before=$(sed 's/ .*//' "$sites/$host.domains" 2>/dev/null || true)
if [ $# -eq 0 ]; then
	rm -f "$sites/$host.domains"
else
	mkdir "$staged/sites.d"
	for file in "$sites"/*.domains; do
		[ ! -e "$file" ] || [ "$file" = "$sites/$host.domains" ] || ln "$file" "$staged/sites.d/"
	done
	for domain; do
		printf '%s %s;\n' "$domain" "$host"
	done >"$staged/sites.d/$host.domains"
	chmod 0644 "$staged/sites.d/$host.domains"
	cat >"$staged/nginx.conf" <<-END
		pid $staged/pid;
		error_log stderr;
		events {}
		http {
			map_hash_max_size 131072;
			map_hash_bucket_size 512;
			map \$host \$central_site { default \$host; include $staged/sites.d/*.domains; }
		}
	END
	nginx -t -q -c "$staged/nginx.conf"
	mv -fT "$staged/sites.d/$host.domains" "$sites/$host.domains"
fi
if [ -d "$names" ]; then
	for domain in $before; do
		case " $* " in *" $domain "*) ;; *) rm -f "$names/$domain.conf" ;; esac
	done
	for domain; do
		[ ! -e "$names/$domain.conf" ] || continue
		printf 'server_name %s;\n' "$domain" >"$staged/name"
		chmod 0644 "$staged/name"
		mv -fT "$staged/name" "$names/$domain.conf"
		if ! nginx -t -q; then
			rm -f "$names/$domain.conf"
			exit 1
		fi
	done
fi
reload_nginx
