# What a machine is: facts. It answers KEY=VALUE lines, for a disk disk=SIZE FREE MOUNT. Only a POSIX shell is taken
# for granted, so that a machine of another kind can be told apart.
if [ -r /etc/os-release ]; then
	. /etc/os-release
fi
printf 'os=%s\n' "${PRETTY_NAME:-}"
printf 'distribution=%s\n' "${ID:-}"
printf 'version=%s\n' "${VERSION_ID:-}"
printf 'architecture=%s\n' "$(uname -m)"
printf 'kernel=%s\n' "$(uname -r)"
printf 'cpus=%s\n' "$(nproc 2>/dev/null || echo 0)"
printf 'memory_kb=%s\n' "$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null)"
if [ -e /run/systemd/container ] || systemd-detect-virt --container --quiet 2>/dev/null; then
	echo container=yes
fi
if [ -x /usr/bin/python3 ]; then
	echo python=yes
fi
# Ubuntu leaves a note; Debian has a newer kernel than the one that runs. A container runs somebody else's.
if [ -e /run/reboot-required ]; then
	echo reboot=yes
elif [ ! -e /run/systemd/container ]; then
	newest=$(ls -1 /boot/vmlinuz-* 2>/dev/null | sed 's/.*vmlinuz-//' | sort -V | tail -n 1)
	if [ -n "$newest" ] && [ "$newest" != "$(uname -r)" ]; then
		echo reboot=yes
	fi
fi
# Databases that hold tables, of a MariaDB or MySQL that Central did not set up.
if [ ! -e /var/lib/central ]; then
	databases=
	for place in $(printf '%s\n' /var/lib/mysql $(my_print_defaults --mysqld 2>/dev/null | sed -n 's,/*$,,; s/^--datadir=//p') | sort -u); do
		for dir in "$place"/*/; do
			name=${dir%/}
			name=${name##*/}
			case $name in
			mysql | sys | performance_schema | information_schema | lost+found | '#'*) continue ;;
			esac
			if [ -n "$(find "$dir" -type f ! -name db.opt 2>/dev/null | head -n 1)" ]; then
				databases=$databases,$name
			fi
		done
	done
	printf 'databases=%s\n' "${databases#,}"
fi
df -P -k 2>/dev/null | while read -r device blocks _ free _ mount; do
	case $device in
	tmpfs | devtmpfs | udev | none | shm | efivarfs | /dev/loop*) continue ;;
	esac
	case $mount in
	/ | /boot | /boot/* | /home | /home/* | /var | /var/* | /srv | /srv/* | /opt | /mnt/*)
		printf 'disk=%s %s %s\n' "$((blocks * 1024))" "$((free * 1024))" "$mount"
		;;
	esac
done
printf 'now=%s\n' "$(date +%s.%N)"
