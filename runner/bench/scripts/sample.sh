# How the machine does: sample ROLE. It answers KEY=VALUE lines, for a file system
# disk=SIZE USED FREE INODES INODES_USED MOUNT, for a service unit=NAME STATE, and role.KEY=VALUE on a server of a
# pair. It changes nothing but a note of its own, below /run/central.
role=$1

read -r load1 _ </proc/loadavg
echo "load1=$load1"
echo "cpus=$(nproc)"
while read -r key value _; do
	case $key in
	MemTotal:) echo "memory_total_kb=$value" ;;
	MemAvailable:) echo "memory_available_kb=$value" ;;
	esac
done </proc/meminfo
read -r uptime _ </proc/uptime
echo "uptime=${uptime%.*}"
printf 'now=%s\n' "$EPOCHSECONDS"

# What lies in memory, what cannot be written to and the layers of containers do not fill up by themselves; where
# Central writes counts whatever it is.
disks() { timeout 5 df --block-size=1 --output=size,used,avail,itotal,iused,target "$@" 2>/dev/null | tail -n +2 | sed 's/^ */disk=/; s/  */ /g'; }
disks --local -x tmpfs -x devtmpfs -x squashfs -x efivarfs -x overlay || true
places=(/)
for place in /home/frappe /home/frappe/backups /var/lib/mysql /var/log; do
	if [ -d "$place" ]; then places+=("$place"); fi
done
disks "${places[@]}" || true

# Benches by their targets; of the rest of Central's units only what has failed.
wanted=(nginx.service ssh.service)
if [ "$role" != PROXY ]; then wanted+=(mariadb.service); fi
for file in /etc/systemd/system/central-*.target /etc/systemd/system/central-role.service; do
	if [ -e "$file" ]; then wanted+=("${file##*/}"); fi
done
id='' loaded='' active=''
{ systemctl show --property=Id,LoadState,ActiveState "${wanted[@]}" 2>/dev/null && echo; } | while IFS='=' read -r key value; do
	case $key in
	Id) id=$value ;;
	LoadState) loaded=$value ;;
	ActiveState) active=$value ;;
	'') # ends a unit
		if [ "$loaded" = not-found ]; then active=not-found; fi
		echo "unit=$id $active"
		;;
	esac
done || true
systemctl list-units --state=failed --plain --no-legend --no-pager 'central-*' 2>/dev/null | while read -r id _; do
	# What Central ran as a unit of its own is named after its action's number; the action has told how it ended.
	[[ $id =~ ^central-[0-9]+- ]] || echo "unit=$id failed"
done || true

# The certificate that expires first, of those that nginx shows: the files of a former map stay for a while after a
# renewal. Thousands of them are read again only when the map or one of them has changed.
certs=/etc/nginx/central/certs map=/etc/nginx/central/certificates.map note=/run/central/certificates-shown
if [ -d "$certs" ] && [ -s "$map" ]; then
	if [ ! -e "$note" ] || [ "$map" -nt "$note" ] || [ "$certs" -nt "$note" ] || [ -n "$(find "$certs" -name '*.pem' -newer "$note" -print -quit)" ]; then
		mkdir -p -m 0700 "${note%/*}"
		touch "$note.began"
		# A line of the map is "NAME certs/FILE;". A file that is gone in this moment is passed over.
		sed -n "s|^[^# ][^ ]* certs/\([^/ ;]*\);\$|$certs/\1.pem|p" "$map" | sort -u | tr '\n' '\0' | xargs -0 -r cat 2>/dev/null |
			sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' |
			openssl crl2pkcs7 -nocrl -certfile /dev/stdin | openssl pkcs7 -print_certs -text -noout |
			awk '
				function keep() { if (ends != "" && (first == "" || ends < first)) { first = ends; who = host } ends = ""; host = "" }
				/^Certificate:/ { keep() }
				/Not After *:/ {
					sub(/.*Not After *: */, ""); split($3, t, ":")
					ends = sprintf("%04d%02d%02d%02d%02d%02d", $4, (index("JanFebMarAprMayJunJulAugSepOctNovDec", $1) + 2) / 3, $2, t[1], t[2], t[3])
				}
				/DNS:/ && host == "" { sub(/.*DNS:/, "", $1); sub(/,.*/, "", $1); host = $1 }
				END { keep(); if (first != "") print "certificate=" first " " who }
			' >"$note.new" || true # a file that is no certificate is no reason to say nothing of the rest
		touch -r "$note.began" "$note.new"
		mv "$note.new" "$note"
	fi
	cat "$note"
fi

if [ -x /usr/local/lib/central/role ]; then
	timeout 10 /usr/local/lib/central/role status 2>/dev/null | sed 's/^/role./' || true
fi
