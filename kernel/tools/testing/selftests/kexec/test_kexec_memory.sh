#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Where kexec_file_load() puts an image, and what becomes of it when memory goes
# away. Loads and unloads; nothing is started. A memory block under the image is
# taken offline, if it lets itself, and comes online again.

. ./kexec_common_lib.sh

LOADED=/sys/kernel/kexec_loaded
POLICY=/sys/module/kexec_placement/parameters/policy
MEMORY=/sys/devices/system/memory
DEBUG=/sys/kernel/debug/dynamic_debug/control
INITRD="/boot/initrd.img-$(uname -r)"

# Destinations are in the log: by kexec -d since 6.8, by dynamic debug before
load()
{
	local mark="kexec selftest $$ $1" said

	echo "$mark" > /dev/kmsg
	if ! said=$(LC_ALL=C kexec -d -s -l "$KERNEL_IMAGE" --command-line=quiet \
			${initrd:+"$initrd"} 2>&1); then
		case $said in
		*"not implemented"* | *"not permitted"* | *"ermission denied"* | \
		*"ey not available"* | *"ey was rejected"*)
			log_skip "this kernel does not load it: $(echo "$said" | tail -n 1)" ;;
		esac
		log_fail "kexec_file_load ($1)"
	fi
	[ "$(cat $LOADED)" = 1 ] || log_fail "kexec_loaded ($1)"
	destinations=$(dmesg | sed "1,/$mark/d" | grep -o ' mem=0x[0-9a-f]*' |
		sed 's/.*=//' | while read -r addr; do echo $((addr)); done | sort -n)
	[ -n "$destinations" ] || log_skip "the log has no destinations"
	log_info "$1: the lowest destination is at $(lowest)"
}

lowest()
{
	echo "$destinations" | head -n 1
}

restore()
{
	kexec -u > /dev/null 2>&1
	[ -z "$block" ] || echo "$back" > "$block/state" 2> /dev/null
	[ ! -e $POLICY ] || echo "$old" > $POLICY
	[ ! -w $DEBUG ] || echo 'file kexec_file.c -p' > $DEBUG
}

try_both_policies()
{
	local low

	if echo sideways 2> /dev/null > $POLICY; then
		log_fail "a wrong policy is refused"
	fi
	[ "$(cat $POLICY)" = "$old" ] || log_fail "a wrong policy changes nothing"

	echo bottom-up > $POLICY
	load bottom-up
	low=$(lowest)
	echo top-down > $POLICY
	load top-down
	[ "$(lowest)" -gt "$low" ] || log_fail "top-down is above bottom-up"
}

# The first block with a destination that goes offline within 10 s, if there is one
offline_under_image()
{
	local size addr

	size=$((0x$(cat $MEMORY/block_size_bytes)))
	for addr in $destinations; do
		block=$MEMORY/memory$((addr / size))
		[ "$(cat $block/state 2> /dev/null)" = online ] || continue
		back=online
		grep -q '^Movable' $block/valid_zones && back=online_movable
		timeout 10 sh -c "echo offline > $block/state" 2> /dev/null && return
	done
	block=
	return 1
}

require_root_privileges
[ -r "$KERNEL_IMAGE" ] || log_skip "$KERNEL_IMAGE is not there"
initrd=
block=
old=$(cat $POLICY 2> /dev/null)
if [ -r "$INITRD" ]; then
	initrd="--initrd=$INITRD"
fi
[ "$(cat $LOADED)" = 0 ] || log_skip "an image is loaded already"
if grep -qE '(^| )kho=(on|1|y)' /proc/cmdline || [ -e /sys/kernel/debug/kho ]; then
	log_skip "kexec handover has its own places"
fi
grep -qE '(^| )cma=' /proc/cmdline && log_skip "with cma= both policies may take CMA memory"
trap 'restore' EXIT
trap 'exit 1' HUP INT TERM
if [ -w $DEBUG ]; then
	echo 'file kexec_file.c +p' > $DEBUG
fi

if [ -e $POLICY ]; then
	try_both_policies
else
	load "no policy"
fi

[ -e $MEMORY/block_size_bytes ] || log_skip "there is no memory hotplug"
offline_under_image || log_skip "no memory under the image goes offline"
sleep 1
[ "$(cat $LOADED)" = 0 ] || log_fail "an image whose memory went offline is dropped"
log_pass "an image whose memory went offline is dropped"
