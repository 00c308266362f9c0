# Removes a directory below /home/frappe and says whether it was there: remove_tree DIRECTORY
if [ -e "$1" ]; then
	rm -rf -- "$1"
	echo removed=yes
else
	echo removed=already
fi
