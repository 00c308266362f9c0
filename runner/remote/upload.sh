# Puts standard input in place of a file: upload PATH MODE OWNER SIZE
path=$1 mode=$2 owner=$3 size=$4
umask 077
temporary=$(mktemp "$path.XXXXXXXX")
trap 'rm -f "$temporary"' EXIT
cat >"$temporary"
# A lost connection looks like the end of the file.
if [ "$(stat -c %s "$temporary")" -ne "$size" ]; then
	echo "only a part of $path has arrived" >&2
	exit 1
fi
chown "$owner:" "$temporary"
chmod "$mode" "$temporary"
mv -fT "$temporary" "$path"
trap - EXIT
