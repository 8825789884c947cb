package io.muster.steps.proxmox;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A volume's size as Proxmox VE writes it: {@code 8G}, {@code 512M}. */
record Size(long bytes) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d+)?)([KMGT]?)");
    private static final String UNITS = " KMGT";
    private static final long STEP = 1024;

    static Optional<Size> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        int power = form.group(2).isEmpty() ? 0 : UNITS.indexOf(form.group(2));
        return Optional.of(new Size((long) (Double.parseDouble(form.group(1)) * Math.pow(STEP, power))));
    }

    static Size gibibytes(long count) {
        return new Size(count * STEP * STEP * STEP);
    }

    Size plus(Size more) {
        return new Size(bytes + more.bytes);
    }

    @Override
    public String toString() {
        long value = bytes;
        int unit = 0;
        while (value > 0 && value % STEP == 0 && unit < UNITS.length() - 1) {
            value /= STEP;
            unit++;
        }
        return value + (unit == 0 ? "" : UNITS.substring(unit, unit + 1));
    }
}
