package io.muster.runbook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.camunda.bpm.model.bpmn.impl.BpmnModelConstants;
import org.camunda.bpm.model.dmn.impl.DmnModelConstants;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** The schemas of BPMN and DMN, and what they and the XML parser say, in words for people. */
final class Schemas {

    static final String FIX = "Open it in Camunda Modeler, or undo the last change made by hand.";

    private Schemas() {}

    static String notWellFormed(SAXParseException e) {
        String said = String.valueOf(e.getMessage());
        return said.contains("DOCTYPE")
                ? "The file has a document type declaration, which could pull in other files."
                : "The file is not well-formed XML: " + sentence(said);
    }

    static void bpmn(byte[] content, Findings findings) {
        check(Bpmn.SCHEMA, content, findings);
    }

    static void dmn(byte[] content, Findings findings) {
        check(Dmn.SCHEMA, content, findings);
    }

    private static void check(Schema schema, byte[] content, Findings findings) {
        Validator validator = schema.newValidator();
        validator.setErrorHandler(new Reporting(findings));
        try {
            validator.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            validator.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            validator.validate(new StreamSource(new ByteArrayInputStream(content)));
        } catch (SAXException e) {
            findings.add(Rule.SCHEMA, 0, "The file does not follow its standard: " + sentence(e.getMessage()), FIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the schema's rule numbers and namespaces. */
    private static String sentence(String said) {
        String text = String.valueOf(said)
                .replaceAll("^cvc-[^:]*: ", "")
                .replaceAll("\"https?://[^\"]*\":", "")
                .replaceAll("'\\{([A-Za-z]+)}'", "'$1'")
                .strip();
        return text.endsWith(".") ? text : text + ".";
    }

    private record Reporting(Findings findings) implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            error(e);
        }

        @Override
        public void error(SAXParseException e) {
            findings.add(
                    Rule.SCHEMA,
                    e.getLineNumber(),
                    "The file does not follow its standard: " + sentence(e.getMessage()),
                    FIX);
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXParseException {
            throw e;
        }
    }

    // Each is read when first wanted: that takes a while.
    private static final class Bpmn {
        private static final Schema SCHEMA = read(BpmnModelConstants.BPMN_20_SCHEMA_LOCATION);
    }

    private static final class Dmn {
        private static final Schema SCHEMA = read(DmnModelConstants.DMN_13_SCHEMA_LOCATION);
    }

    private static Schema read(String location) {
        URL url = Objects.requireNonNull(Schemas.class.getClassLoader().getResource(location), location);
        try {
            return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(url);
        } catch (SAXException e) {
            throw new IllegalStateException("The schema " + location + " that comes with the engine cannot be read", e);
        }
    }
}
