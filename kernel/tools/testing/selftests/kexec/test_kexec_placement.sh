#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Where kexec_file_load() puts an image, by each policy. Loads and unloads; nothing
# is started.

. ./kexec_common_lib.sh

LOADED=/sys/kernel/kexec_loaded
POLICY=/sys/module/kexec_placement/parameters/policy
DEBUG=/sys/kernel/debug/dynamic_debug/control
INITRD="/boot/initrd.img-$(uname -r)"

# Destinations are in the log: by kexec -d since 6.8, by dynamic debug before, when
# the kernel does not know what kexec -d asks it for
try()
{
	LC_ALL=C kexec "$@" -s -l "$KERNEL_IMAGE" --command-line=quiet ${initrd:+"$initrd"} 2>&1
}

load()
{
	local mark="kexec selftest $$ $1" said

	echo "$1" > $POLICY
	echo "$mark" > /dev/kmsg
	if ! try -d > /dev/null && ! said=$(try); then
		case $said in
		*"not implemented"* | *"not permitted"* | *"ermission denied"* | \
		*"ey not available"* | *"ey was rejected"*)
			log_skip "this kernel does not load it: $(echo "$said" | tail -n 1)" ;;
		esac
		log_fail "kexec_file_load ($1)"
	fi
	[ "$(cat $LOADED)" = 1 ] || log_fail "kexec_loaded ($1)"
	lowest=$(dmesg | sed "1,/$mark/d" | grep -o ' mem=0x[0-9a-f]*' |
		sed 's/.*=//' | while read -r addr; do echo $((addr)); done | sort -n | head -n 1)
	[ -n "$lowest" ] || log_skip "the log has no destinations"
	log_info "$1: the lowest destination is at $lowest"
}

restore()
{
	kexec -u > /dev/null 2>&1
	echo "$old" > $POLICY
	[ ! -w $DEBUG ] || echo 'file kexec_file.c -p' > $DEBUG
}

require_root_privileges
[ -r "$KERNEL_IMAGE" ] || log_skip "$KERNEL_IMAGE is not there"
[ -e $POLICY ] || log_skip "this kernel has no placement policy"
[ "$(cat $LOADED)" = 0 ] || log_skip "an image is loaded already"
if grep -qE '(^| )kho=(on|1|y)' /proc/cmdline || [ -e /sys/kernel/debug/kho ]; then
	log_skip "kexec handover has its own places"
fi
grep -q '^CmaTotal: *[1-9]' /proc/meminfo && log_skip "both policies may take CMA memory"
initrd=
if [ -r "$INITRD" ]; then
	initrd="--initrd=$INITRD"
fi
old=$(cat $POLICY)
trap 'restore' EXIT
trap 'exit 1' HUP INT TERM
if [ -w $DEBUG ]; then
	echo 'file kexec_file.c +p' > $DEBUG
fi

if echo sideways 2> /dev/null > $POLICY; then
	log_fail "a wrong policy is refused"
fi
[ "$(cat $POLICY)" = "$old" ] || log_fail "a wrong policy changes nothing"

load bottom-up
low=$lowest
load top-down
[ "$lowest" -gt "$low" ] || log_fail "top-down is above bottom-up"
log_pass "top-down is above bottom-up"
