# Takes restore_files back, or clears up after it: restore_files_back SITE-DIRECTORY WORK USER back|keep|none
#
# "back" gives the site the directory that it had, "none" leaves it none, "keep" keeps what was restored.
folder, work, user, mode = sys.argv[2:6]
old, undone = os.path.join(work, "old"), os.path.join(work, "undone")


def must(*command):
    done = subprocess.run(command, check=False, **as_user(user))
    if done.returncode:
        sys.exit(f"{command[0]} failed ({done.returncode})")


if mode == "back" and os.path.lexists(os.path.join(old, "site_config.json")):
    if os.path.lexists(folder):
        must("rm", "--recursive", "--force", undone)
        must("mv", "--no-target-directory", folder, undone)
    must("mv", "--no-target-directory", old, folder)
if mode == "none" and os.path.lexists(folder):
    must("rm", "--recursive", "--force", folder)
must("rm", "--recursive", "--force", work)
say(cleared=mode)
