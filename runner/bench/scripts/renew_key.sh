# Central's key in a user's authorized_keys: renew_key install|only|remove USER LINE [OLD]
#   install  puts it there, unless it is
#   only     removes OLD, whatever options and comment it has there, and every other key that calls itself central;
#            fails unless LINE is there
#   remove   removes LINE, whatever options and comment it has there
what=$1 user=$2 line=$3 old=${4:-}
home=$(getent passwd -- "$user" | cut -d: -f6)
[ -n "$home" ] || { echo "there is no user $user" >&2; exit 1; }
keys=$home/.ssh/authorized_keys
group=$(id -gn -- "$user")
if [ ! -e "$keys" ]; then
	install -d -m 0700 -o "$user" -g "$group" "$home/.ssh"
	install -m 0600 -o "$user" -g "$group" /dev/null "$keys"
fi
# Says whether an entry is about a key, which is the second word of its line.
about() {
	key=$(printf '%s\n' "$2" | cut -d' ' -f2)
	case $1 in
	*" ${key:-no such key}" | *" ${key:-no such key} "*) true ;;
	*) false ;;
	esac
}
new=$(mktemp "$keys.XXXXXX")
trap 'rm -f "$new"' EXIT
case $what in
install)
	cat "$keys" >"$new"
	if ! grep -qxF -- "$line" "$new"; then
		[ ! -s "$new" ] || [ -z "$(tail -c 1 "$new")" ] || echo >>"$new"
		printf '%s\n' "$line" >>"$new"
	fi
	;;
only)
	grep -qxF -- "$line" "$keys" || { echo "Central's key is not there" >&2; exit 1; }
	while IFS= read -r other || [ -n "$other" ]; do
		if [ "$other" = "$line" ]; then
			printf '%s\n' "$other"
		elif about "$other" "$old" || [ "${other%% central}" != "$other" ]; then
			echo "removed=${other%% central}" >&2
		else
			printf '%s\n' "$other"
		fi
	done <"$keys" >"$new"
	;;
remove)
	while IFS= read -r other || [ -n "$other" ]; do
		about "$other" "$line" || printf '%s\n' "$other"
	done <"$keys" >"$new"
	;;
*) exit 2 ;;
esac
chmod 0600 "$new"
chown "$user:$group" "$new"
mv "$new" "$keys"
echo done=yes
