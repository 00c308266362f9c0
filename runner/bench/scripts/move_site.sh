# Moves a site's directory from one revision to another: move_site FROM TO [USER GROUP TO-USER TO-GROUP]
#
# With users, files of USER become TO-USER's when they are there; what belongs to others stays theirs.
# A directory without site_config.json is no site: processes of a revision may leave one behind with logs and
# locks. It is put out of the way when it holds nothing else.
from=$1 to=$2
change_hands() {
	[ $# -eq 4 ] || return 0
	# Of links themselves, not of what they point to.
	chown -hR --from="$1:$2" "$3:$4" -- "$to"
	chown -hR --from="$1" "$3" -- "$to"
}
is_site() { [ -e "$1/site_config.json" ]; }
clear_stray() {
	[ -e "$1" ] || return 0
	rm -rf -- "$1/logs" "$1/locks"
	rmdir -- "$1" 2>/dev/null || {
		echo "$1 is in the way: it is no site, but not empty either" >&2
		exit 1
	}
}
# As root nothing is moved through a link that somebody put in the way.
for folder in "$(dirname "$from")" "$(dirname "$to")"; do
	if [ $# -gt 2 ] && [ "$(realpath -e -- "$folder")" != "$folder" ]; then
		echo "$folder is not where it seems to be" >&2
		exit 1
	fi
done
# One at a time on a bench: a runner that was cut off may have left one behind that is still at it.
exec 9<"$(dirname "$(dirname "$(dirname "$from")")")"
flock -w 60 9
if is_site "$from" && is_site "$to"; then
	echo "the site is in both $from and $to" >&2
	exit 1
fi
if is_site "$to"; then
	clear_stray "$from"
	change_hands "${@:3}"
	echo moved=already
	exit 0
fi
if ! is_site "$from"; then
	echo "the site is neither in $from nor in $to" >&2
	exit 1
fi
if [ "$(stat -c %d -- "$from")" != "$(stat -c %d -- "$(dirname "$to")")" ]; then
	echo "$from and $to are on different file systems" >&2
	exit 1
fi
clear_stray "$to"
mv -T --no-clobber -- "$from" "$to"
# mv does not say so when it left a target alone that came up meanwhile.
if is_site "$from" || ! is_site "$to"; then
	echo "$from could not be moved: $to came up meanwhile" >&2
	exit 1
fi
change_hands "${@:3}"
echo moved=yes
