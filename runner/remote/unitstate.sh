# Looks at a transient unit, stops it or forgets it: unit state|stop|remove NAME
verb=$1 name=$2
dir=/var/lib/central/units/$name
active() {
	case $(systemctl show --property=ActiveState --value "$name.service") in
	active | activating | deactivating | reloading) ;;
	*) return 1 ;;
	esac
}
case $verb in
state)
	if [ ! -d "$dir" ]; then
		echo missing 0 no
		exit 0
	fi
	running=no stopped=no status=lost
	! active || running=yes # asked before the result is looked for, which is there before the unit is gone
	[ ! -e "$dir/stopped" ] || stopped=yes
	size=$(stat -c %s "$dir/output" 2>/dev/null || echo 0)
	if [ -s "$dir/result" ]; then
		echo ended "$size" "$stopped" "$(cat "$dir/result")"
		exit 0
	fi
	[ "$running" = no ] || status=running
	echo "$status" "$size" "$stopped"
	;;
stop)
	[ -d "$dir" ] || exit 0
	[ -s "$dir/result" ] || touch "$dir/stopped"
	! active || systemctl stop "$name.service"
	;;
remove)
	if active; then
		echo "$name still runs" >&2
		exit 1
	fi
	rm -rf "$dir" "/run/central/$name.input"
	;;
esac
