package io.muster.runbook;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.Locator;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** Reads XML into {@link XmlNode}s. A document type, and with it every external entity, is refused. */
final class XmlReader {

    static final String BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL";
    static final String DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/";

    private static final Map<String, String> PREFIXES = Map.of(
            BPMN,
            "",
            DMN,
            "",
            "http://camunda.org/schema/1.0/bpmn",
            "camunda:",
            "http://activiti.org/bpmn",
            "camunda:",
            "http://camunda.org/schema/1.0/dmn",
            "camunda:",
            "http://www.omg.org/spec/BPMN/20100524/DI",
            "di:",
            "http://www.omg.org/spec/DD/20100524/DI",
            "di:",
            "http://www.omg.org/spec/DD/20100524/DC",
            "di:",
            "http://www.w3.org/2001/XMLSchema-instance",
            "xsi:");

    private XmlReader() {}

    /** @throws SAXParseException when it is not well-formed, with line and column */
    static XmlNode read(byte[] content) throws SAXParseException {
        Handler handler = new Handler();
        try {
            parser().parse(new InputSource(new ByteArrayInputStream(content)), handler);
        } catch (SAXParseException e) {
            throw e;
        } catch (SAXException | IOException e) {
            // Bytes that are no text arrive as an IOException; both come without a place.
            throw new SAXParseException(e.getMessage(), handler.locator, e);
        }
        return handler.root;
    }

    private static SAXParser parser() {
        try {
            SAXParserFactory factory = SAXParserFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newSAXParser();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IllegalStateException("This JVM's XML parser cannot refuse document types", e);
        }
    }

    private static final class Handler extends DefaultHandler {
        private Locator locator;
        private XmlNode root;
        private XmlNode current;

        @Override
        public void setDocumentLocator(Locator documentLocator) {
            locator = documentLocator;
        }

        @Override
        public void startElement(String uri, String localName, String qName, Attributes attributes) {
            XmlNode node = new XmlNode(name(uri, localName), locator.getLineNumber(), current);
            for (int i = 0; i < attributes.getLength(); i++) {
                String attributeUri = attributes.getURI(i);
                String local = attributes.getLocalName(i);
                node.put(attributeUri.isEmpty() ? local : name(attributeUri, local), attributes.getValue(i));
            }
            if (current == null) {
                root = node;
            } else {
                current.add(node);
            }
            current = node;
        }

        @Override
        public void characters(char[] characters, int start, int length) {
            current.append(characters, start, length);
        }

        @Override
        public void endElement(String uri, String localName, String qName) {
            current = current.parent().orElse(null);
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXParseException {
            throw e;
        }

        private static String name(String uri, String local) {
            return PREFIXES.getOrDefault(uri, "{" + uri + "}") + local;
        }
    }
}
