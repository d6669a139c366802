# Which objects of the folder D does the configuration in the current folder
# (an object folder inside the source) have? Only kbuild's own Makefiles know.
srctree := ..
src := $(D)
obj := $(D)
include include/config/auto.conf
BITS := $(if $(CONFIG_64BIT),64,32)
include $(srctree)/scripts/Kbuild.include
include $(firstword $(wildcard $(srctree)/$(D)/Kbuild $(srctree)/$(D)/Makefile))
all = $(obj-y) $(obj-m)
objects: ; @echo $(addprefix $(D)/,$(all) $(foreach o,$(all),$($(o:.o=-y)) $($(o:.o=-objs))))
