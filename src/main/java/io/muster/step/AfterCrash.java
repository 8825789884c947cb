package io.muster.step;

/** What to do with a step that was entered, has no recorded end, and whose server is gone. */
public enum AfterCrash {
    /** Run it again: it only reads, or doing it twice equals doing it once. */
    REPEAT,
    /** Run it again: it finds its earlier work by what it recorded, and goes on with it. */
    RESUME,
    /** Nobody can know what happened: a person decides. */
    ASK
}
