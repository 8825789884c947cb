package io.muster.steps.backup;

import org.springframework.stereotype.Component;

/** Configuration files: as {@link FilesData}, under a name of their own in plans and reports. */
@Component
final class ConfigData extends FilesData {

    @Override
    public String name() {
        return "config";
    }
}
