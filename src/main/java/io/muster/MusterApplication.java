package io.muster;

import io.muster.cli.CommandLine;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class MusterApplication {

    public static void main(String[] args) {
        CommandLine.standard()
                .run(args)
                .ifPresentOrElse(
                        System::exit,
                        () -> SpringApplication.run(MusterApplication.class, CommandLine.serverArguments(args)));
    }
}
