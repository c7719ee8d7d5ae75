package dev.sluice.signaling.config;

import java.io.File;
import java.util.Arrays;
import java.util.List;

/** Tells when files were written since it was last asked. One thread at a time. */
public final class ChangedFiles {
    private final List<File> files;
    private long modified;

    /** Begins to watch; none is a set that never changes. */
    public ChangedFiles(File... files) {
        this.files = List.copyOf(Arrays.asList(files));
        modified = lastModified();
    }

    private long lastModified() {
        return files.stream().mapToLong(File::lastModified).max().orElse(0);
    }

    /**
     * @return whether the latest change is another than at the last call
     */
    public boolean haveChanged() {
        long before = modified;
        modified = lastModified();
        return before != modified;
    }
}
