# Starts the machine anew: reboot ask|back TOKEN
# What lies in /run is gone once the machine has gone down, so a mark there tells before from after. A container
# shares the kernel's own number of its start with others.
mark=/run/central/reboot.$2
case $1 in
ask)
	mkdir -p /run/central
	if [ ! -e "$mark" ]; then
		: >"$mark"
		# A moment later, so that this answer still comes through.
		systemd-run --quiet --collect --on-active=1 systemctl reboot
	fi
	echo asked=yes
	;;
back)
	if [ -e "$mark" ]; then
		echo back=no
		exit 0
	fi
	state=$(systemctl is-system-running || true)
	case $state in
	running | degraded) echo back=yes ;;
	*) echo back=no ;;
	esac
	printf 'state=%s\n' "$state"
	systemctl list-units --plain --no-legend --failed --full | while read -r unit _; do
		printf 'failed=%s\n' "$unit"
	done
	;;
esac
