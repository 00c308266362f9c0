# Starts a transient unit or attaches to it, then follows it to its end.
#
#   unit NAME OFFSET USER TIMEOUT MEMORY INPUT COMMAND
#
# The unit's output, from OFFSET, goes to standard output, byte for byte. Everything else is said on standard
# error in lines that start with "central-unit". INPUT bytes of standard input (-1: none) become the standard input of
# the unit. When standard input ends after that, whoever asked is gone, and this script with them; the unit goes on.
# An empty COMMAND only attaches.
name=$1 offset=$2 user=$3 timeout=$4 memory=$5 input=$6 command=$7
units=/var/lib/central/units
dir=$units/$name
say() { printf 'central-unit %s\n' "$*" >&2; }
state() { systemctl show --property=ActiveState --value "$name.service"; }

umask 077
exec 4<&0 </dev/null
if [ -z "$command" ] && [ ! -d "$dir" ]; then
	say missing
	exit 0
fi
[ -d /var/lib/central ] || install -d -m 0755 /var/lib/central
[ -d "$units" ] || install -d -m 0711 "$units"
mkdir -p "$dir"

new=no
# One start at a time. systemd makes the file for the output in the same moment in which it starts the
# command, so a directory without it is that of a unit that never started.
exec 9<"$dir"
flock 9
if [ -e "$dir/output" ] || [ -e "$dir/result" ] || [ -z "$command" ]; then
	say attached
else
	group=$(id -gn "$user")
	chgrp "$group" "$dir"
	chmod 0710 "$dir"
	printf '%s\n' "$command" >"$dir/command"
	chgrp "$group" "$dir/command"
	chmod 0640 "$dir/command"
	cat >"$dir/finish" <<-EOF
		rm -f /run/central/$name.input
		printf '%s %s %s\n' "\$SERVICE_RESULT" "\$EXIT_CODE" "\$EXIT_STATUS" >$dir/result.new
		mv $dir/result.new $dir/result
		for f in $dir/wake.*; do [ ! -p "\$f" ] || echo 1<>"\$f"; done
	EOF
	stdin=null
	if [ "$input" -ge 0 ]; then
		# In memory, not on the disk, and gone with the unit: it may hold secrets.
		install -d -m 0700 /run/central
		stdin=/run/central/$name.input
		head -c "$input" <&4 >"$stdin"
		if [ "$(stat -c %s "$stdin")" -ne "$input" ]; then
			rm -f "$stdin"
			echo "only a part of the input of $name has arrived" >&2
			exit 1
		fi
		stdin=file:$stdin
	fi
	started=0
	systemd-run --quiet --collect --service-type=exec --unit="$name" --description="Central: $name" \
		--property=User="$user" \
		--property=StandardInput="$stdin" \
		--property=StandardOutput=append:"$dir/output" \
		--property=StandardError=append:"$dir/output" \
		--property=ExecStopPost="+/bin/sh $dir/finish" \
		--property=KillMode=control-group \
		--property=OOMPolicy=stop \
		--property=TimeoutStopSec=10 \
		--property=RuntimeMaxSec="$timeout" \
		--property=MemoryMax="$memory" \
		-- /bin/sh "$dir/command" || started=$?
	if [ ! -e "$dir/output" ] && [ ! -e "$dir/result" ]; then
		rm -f "/run/central/$name.input"
		echo "systemd did not start $name (status $started)" >&2
		exit 1
	fi
	new=yes
	say started
fi
exec 9<&-

end() {
	stopped=no
	[ ! -e "$dir/stopped" ] || stopped=yes
	say "$1" "$(stat -c %s "$dir/output" 2>/dev/null || echo 0)" "$stopped" "$2"
	exit 0
}
rest() { [ ! -e "$dir/output" ] || tail -c "+$((offset + 1))" "$dir/output"; }
# A unit that is not there and left no result was lost with the machine. The order matters: the result is
# written before the unit goes.
lost() {
	case $(state) in active | activating | deactivating | reloading) return 1 ;; esac
	[ ! -s "$dir/result" ]
}

# Whoever waits does so in the kernel, on a pipe of its own that the unit's end writes to. The result is looked for
# once the pipe is there, so that no end goes by unseen.
wake=$dir/wake.$$
follower='' watcher=''
trap 'rm -f "$wake"; kill $follower $watcher 2>/dev/null || true' EXIT
mkfifo "$wake"
exec 3<>"$wake"
if [ "$new" = no ] && lost; then
	rest
	end lost -
fi
if [ -s "$dir/result" ]; then
	rest
	end result "$(cat "$dir/result")"
fi
# Where tail is not woken by the kernel (as on an overlay) it looks every 20 ms.
tail -c "+$((offset + 1))" -s 0.02 -f "$dir/output" 3<&- 4<&- &
follower=$!
{ cat <&4 && kill $$; } >/dev/null 2>&1 3<&- &
watcher=$!
exec 4<&-
ended=result
until read -r -t 5 _ <&3 || [ -s "$dir/result" ]; do
	if lost; then # the manager was killed, or the disk is too full for a result
		ended=lost
		break
	fi
done
# What tail had no time for is asked for again by the reader, who knows how much came.
kill $follower 2>/dev/null || true
wait $follower 2>/dev/null || true
[ "$ended" = lost ] || end result "$(cat "$dir/result")"
end lost -
