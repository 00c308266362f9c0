# Restarts units and holds that they are up: restart_service CHECK UNIT...
# CHECK is a command without arguments that has to succeed before, or "none".
check=$1
shift
case $check in
nginx) nginx -t -q ;;
sshd) /usr/sbin/sshd -t ;;
none) ;;
*) exit 2 ;;
esac
units=()
for unit in "$@"; do
	case $unit in
	*'*'*) # every bench
		while read -r found _; do
			[ -z "$found" ] || units+=("$found")
		done < <(systemctl list-units --plain --no-legend --full --state=active "$unit")
		;;
	*) units+=("$unit") ;;
	esac
done
for unit in "${units[@]}"; do
	systemctl restart -- "$unit"
	systemctl is-active --quiet -- "$unit" || { systemctl status --no-pager --lines=20 -- "$unit" >&2; exit 1; }
	echo "restarted $unit"
done
[ "${#units[@]}" -gt 0 ] || echo 'nothing of the kind runs here'
