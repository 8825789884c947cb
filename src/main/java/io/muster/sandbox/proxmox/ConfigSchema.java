package io.muster.sandbox.proxmox;

import java.util.Set;

/** What a container's configuration may hold, and which privilege a change of it needs. */
final class ConfigSchema {
    static final Parameters OPTIONS = options();

    /** Neither can be deleted. */
    static final Set<String> REQUIRED = Set.of("hostname", "rootfs", "memory");

    private static final int LONGEST_DESCRIPTION = 8192;
    private static final String NAME = "(?=.{1,255}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
            + "(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*";
    private static final String TAGS = "([a-z0-9_][a-z0-9_.+-]*([;, ]+|$))*";

    private ConfigSchema() {}

    /** The privilege on {@code /vms/{vmid}} that a change of this option needs. */
    static String privilege(String option) {
        return switch (option.replaceFirst("\\d+$", "")) {
            case "cores", "cpulimit", "cpuunits" -> "VM.Config.CPU";
            case "memory", "swap" -> "VM.Config.Memory";
            case "rootfs", "mp", "unused" -> "VM.Config.Disk";
            case "net", "nameserver", "searchdomain", "hostname" -> "VM.Config.Network";
            case "features" -> "VM.Allocate";
            default -> "VM.Config.Options";
        };
    }

    private static Parameters options() {
        ParameterType flag = ParameterType.flag();
        ParameterType text = ParameterType.text();
        return Parameters.none()
                .optional("arch", ParameterType.oneOf("amd64", "i386", "arm64", "armhf", "riscv32", "riscv64"))
                .optional("cmode", ParameterType.oneOf("shell", "console", "tty"))
                .optional("console", flag)
                .optional("cores", ParameterType.integer(1, 8192))
                .optional("cpulimit", ParameterType.number(0, 8192))
                .optional("cpuunits", ParameterType.integer(0, 500_000))
                .optional("debug", flag)
                .optional("description", ParameterType.lines(LONGEST_DESCRIPTION))
                .optional("dev[n]", text)
                .optional("entrypoint", text)
                .optional("env", text)
                .optional("features", new PropertyListType(Set.of()))
                .optional("hookscript", text)
                .optional("hostname", ParameterType.format(NAME, "value does not look like a valid DNS name"))
                .optional(
                        "lock",
                        ParameterType.oneOf(
                                "backup",
                                "create",
                                "destroyed",
                                "disk",
                                "fstrim",
                                "migrate",
                                "mounted",
                                "rollback",
                                "snapshot",
                                "snapshot-delete"))
                .optional("memory", ParameterType.integer(16, Long.MAX_VALUE))
                .optional("mp[n]", text)
                .optional("nameserver", text)
                .optional("net[n]", new PropertyListType(Set.of("name")))
                .optional("onboot", flag)
                .optional(
                        "ostype",
                        ParameterType.oneOf(
                                "debian",
                                "devuan",
                                "ubuntu",
                                "centos",
                                "fedora",
                                "opensuse",
                                "archlinux",
                                "alpine",
                                "gentoo",
                                "nixos",
                                "unmanaged"))
                .optional("protection", flag)
                .optional("rootfs", text)
                .optional("searchdomain", text)
                .optional("startup", text)
                .optional("swap", ParameterType.integer(0, Long.MAX_VALUE))
                .optional("tags", ParameterType.format(TAGS, "invalid characters in tag"))
                .optional("template", flag)
                .optional("timezone", text)
                .optional("tty", ParameterType.integer(0, 6))
                .optional("unprivileged", flag)
                .optional("unused[n]", text);
    }
}
