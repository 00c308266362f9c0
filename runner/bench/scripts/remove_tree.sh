# Removes directories below /home/frappe and says whether any was there: remove_tree DIRECTORY...
removed=already
for directory; do
	[ -e "$directory" ] || continue
	rm -rf -- "$directory"
	removed=yes
done
echo removed=$removed
